import type { Examples } from '../kernel/module.js';

/** Tabs of the API explorer for this domain; the `.graphql` file of the same name contains their operations. */
export const identityExamples: Examples = {
  file: new URL('./identity.examples.graphql', import.meta.url),
  tabs: [
    {
      operation: 'LogIn',
      title:
        'Log in. Copy the access token into the Headers editor of the other tabs: {"authorization": "Bearer <accessToken>"}.',
      variables: { input: { email: 'investor@longshan.example', password: '' } },
    },
  ],
};
