import type { CodegenConfig } from '@graphql-codegen/cli';
import { apiVersion } from './app/shopify/api-version.ts';

/** Types of our GraphQL documents from the real Admin schema. Run by `npm run codegen` (scripts/codegen.ts), which unpacks the schema first. */
const config: CodegenConfig = {
  schema: `.shopify/admin-${apiVersion}.schema.json`,
  documents: ['app/shopify/operations/**/*.graphql'],
  generates: {
    'app/shopify/operations/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        onlyOperationTypes: true,
        enumsAsTypes: true,
        useTypeImports: true,
        skipTypename: true,
        // a field that was asked for is there, if only as null
        avoidOptionals: { field: true, inputValue: false, object: false, defaultValue: false },
        strictScalars: true,
        scalars: {
          DateTime: 'string',
          Money: 'string',
          Decimal: 'string',
          URL: 'string',
          UnsignedInt64: 'string',
          JSON: 'unknown',
          HTML: 'string',
          ARN: 'string',
          Color: 'string',
          Date: 'string',
          FormattedString: 'string',
          StorefrontID: 'string',
          UtcOffset: 'string',
          BigInt: 'string',
        },
      },
    },
  },
};

export default config;
