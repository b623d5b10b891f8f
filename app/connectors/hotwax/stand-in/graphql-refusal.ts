import { GraphQLError } from 'graphql';

/** What makes a query refused. Only THROTTLED is worth another try. Source: hotwax.md §3.10. */
export type RefusalCode =
  | 'FIRST_REQUIRED'
  | 'FIRST_TOO_LARGE'
  | 'COST_EXCEEDED'
  | 'DEPTH_EXCEEDED'
  | 'FIELD_NOT_FILTERABLE'
  | 'OPERATOR_NOT_ALLOWED'
  | 'THROTTLED'
  | 'MALFORMED_QUERY';

export const refuseQuery = (code: RefusalCode, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code } });
