import tseslint from 'typescript-eslint';
import globals from 'globals';

export default tseslint.config(
  {
    ignores: [
      'dist',
      'dist.new',
      'dist.old',
      'node_modules',
      'bench/node_modules',
      'custom-elements.json',
      'reference',
      'wasm/assembly',
      'training',
      'test/bundlers/consumers',
    ],
  },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.mjs'],
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Randomness is always a seed (src/random): the same seed gives the same music.
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Use src/random with a seed.' },
      ],
      'no-console': ['error', { allow: ['warn', 'error'] }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['scripts/**', 'bench/**', 'wasm/build.mjs', 'src/cli/**', 'test/**'],
    rules: { 'no-console': 'off' },
  },
);
