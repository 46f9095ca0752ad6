import type { GraphQLSchema } from 'graphql';
import { sampleLogins } from '../sample/sample.people.js';
import { jsonCall, type Client } from './client.js';
import { compare, type Compared } from './cost.compare.js';
import { median } from './figures.js';

/** Mutations that can be made again and again; the others change what the next one would need. */
const REPEATABLE: Record<string, string> = {
  logIn: `logIn(input: { email: "${sampleLogins.accounts[1].email}", password: "${sampleLogins.password}" }) { tokens { accessToken } }`,
  updateProfile: 'updateProfile(input: { displayName: "Operator" }) { account { id } }',
  requestPasswordReset: 'requestPasswordReset(input: { email: "nobody@bench.example" }) { mailSent }',
};

/** Each repeatable mutation, by the operator, over an empty query; and the reason for the others. */
export async function measureMutations(
  schema: GraphQLSchema,
  client: Client,
  url: string,
  tokens: readonly string[],
  rounds: number,
): Promise<{ compared: Compared[]; left: Array<{ coordinate: string; reason: string }> }> {
  const compared: Compared[] = [];
  const left: Array<{ coordinate: string; reason: string }> = [];
  const send = async (query: string) => {
    const begun = performance.now();
    const body = await client.send(jsonCall(`${url}/graphql`, { query }, { authorization: `Bearer ${tokens[0]!}` }));
    const answer = JSON.parse(body.toString('utf8')) as {
      errors?: Array<{ message: string }>;
      extensions: { cost: { requested: number } };
    };
    return { ms: performance.now() - begun, answer };
  };
  for (const name of Object.keys(schema.getMutationType()!.getFields())) {
    const coordinate = `Mutation.${name}`;
    const call = REPEATABLE[name];
    if (!call) {
      left.push({ coordinate, reason: 'it changes what the next measurement would need' });
      continue;
    }
    const [times, way]: [number[], number[]] = [[], []];
    let fault: string | undefined;
    let cost = 0;
    for (let round = 0; round < rounds && !fault; round += 1) {
      way.push((await send('{ __typename }')).ms);
      const { ms, answer } = await send(`mutation { ${call} }`);
      fault = answer.errors?.[0]?.message;
      cost = answer.extensions.cost.requested;
      times.push(ms);
    }
    if (fault) left.push({ coordinate, reason: fault.slice(0, 120) });
    else compared.push(compare(coordinate, 1, Math.max(median(times) - median(way), 0), cost));
  }
  return { compared, left };
}
