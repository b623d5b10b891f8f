/** One entry of a payload's `userErrors`. */
export interface UserError {
  field: string[] | null;
  message: string;
  code?: string | null;
}

/** A mutation's refusal: becomes `userErrors` of its payload, and everything it did so far is undone. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly errors: UserError[];
  constructor(
    message: string,
    { field = null, code = null }: { field?: string[] | null; code?: string | null } = {},
    more: UserError[] = [],
  ) {
    super(message);
    this.errors = [{ field, message, code }, ...more];
  }

  static all(errors: UserError[]): Refused {
    const [first, ...rest] = errors;
    return new Refused(first?.message ?? 'Refused', { field: first?.field, code: first?.code }, rest);
  }
}
