import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const noGlobalFetch = {
  selector: 'CallExpression[callee.name="fetch"]',
  message: 'Call other systems through core/http (or shopify/client): they have the timeouts, limits and host guard.',
};

export default tseslint.config(
  {
    ignores: [
      'node_modules',
      'build',
      '.data',
      '.shopify',
      'app/shopify/operations/generated',
      'extensions/*/dist',
      'extensions/*/shopify.d.ts',
      'vendor',
      'sandbox/shopify/admin/**/*.js',
    ],
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.base],
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['extensions/*/*.ts'] }, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { 'react-hooks': reactHooks },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/only-throw-error': [
        'error',
        { allow: [{ from: 'lib', name: 'Response' }], allowThrowingUnknown: true, allowThrowingAny: true },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      'react-hooks/rules-of-hooks': 'error',
      'no-console': 'error',
      eqeqeq: 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['app/**/*.{ts,tsx}'],
    ignores: ['app/**/*.test.ts', 'app/connectors/*/stand-in/**', 'app/connectors/contract/battery*'],
    rules: {
      'no-restricted-syntax': ['error', noGlobalFetch],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'env.server.ts is the only reader of process.env.' },
      ],
    },
  },
  {
    // The places that the two rules above name, and server.ts, which hands the embedded database's address to env.server.ts.
    files: [
      'app/core/http.ts',
      'app/shopify/fetch.ts',
      'app/shopify/client.ts',
      'app/env.server.ts',
      'app/server.ts',
      'app/routes/**',
      'app/components/**',
    ],
    rules: { 'no-restricted-syntax': 'off' },
  },
  { files: ['app/env.server.ts', 'app/server.ts'], rules: { 'no-restricted-properties': 'off' } },
);
