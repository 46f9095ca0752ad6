import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { dayOfChina } from './scripts/lint-day-of-china.mjs';

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.data/', 'coverage/'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    // Both take quadratic time on what anyone may send; the one file that may call them bounds their input first.
    files: ['src/**/*.ts'],
    ignores: ['src/lib/text.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[property.name='normalize'], MemberExpression[property.value='normalize']",
          message: 'Call normalised() of src/lib/text.ts: normalize() takes quadratic time on runs of combining marks.',
        },
        {
          selector:
            ':matches(MemberExpression[property.name=/^domainTo/], MemberExpression[property.value=/^domainTo/], ImportSpecifier[imported.name=/^domainTo/], ExportSpecifier[local.name=/^domainTo/])',
          message: 'Call asciiDomain() of src/lib/text.ts: the conversion takes quadratic time on long domains.',
        },
      ],
    },
  },
  {
    // A day that is taken from a moment in UTC is the wrong one between midnight and 08:00 in China.
    files: ['src/**/*.ts', 'migrations/**/*.ts'],
    ignores: ['src/lib/day.ts'],
    plugins: { local: { rules: { 'day-of-china': dayOfChina } } },
    rules: { 'local/day-of-china': 'error' },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        module: 'readonly',
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
);
