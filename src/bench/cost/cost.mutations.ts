import type { GraphQLSchema } from 'graphql';
import { sampleLogins } from '../../sample/sample.people.js';
import { jsonCall, type Client } from '../client.js';
import { compare, type Compared } from './cost.compare.js';
import { treeProcessorMs, type BenchServer } from '../server.js';

const ROUNDS = 10;

/**
 * Mutations whose cost is measured, because they can be repeated; every other mutation changes the state that its next
 * call would need.
 */
const REPEATABLE: Record<string, string> = {
  logIn: `logIn(input: { email: "${sampleLogins.accounts[1].email}", password: "${sampleLogins.password}" }) { tokens { accessToken } }`,
  updateProfile: 'updateProfile(input: { displayName: "Operator" }) { account { id } }',
  requestPasswordReset: 'requestPasswordReset(input: { email: "nobody@bench.example" }) { mailSent }',
};

/**
 * Measures each repeatable mutation, called by an operator, less the time of an empty query; for every other mutation,
 * returns the reason why it is not measured.
 */
export async function measureMutations(
  schema: GraphQLSchema,
  client: Client,
  { url, pid }: BenchServer,
  tokens: readonly string[],
): Promise<{ compared: Compared[]; left: Array<{ coordinate: string; reason: string }> }> {
  const compared: Compared[] = [];
  const left: Array<{ coordinate: string; reason: string }> = [];
  const send = async (query: string) => {
    const body = await client.send(jsonCall(`${url}/graphql`, { query }, { authorization: `Bearer ${tokens[0]!}` }));
    const answer = JSON.parse(body.toString('utf8')) as {
      errors?: Array<{ message: string }>;
      extensions: { cost: { requested: number } };
    };
    return answer;
  };
  for (const name of Object.keys(schema.getMutationType()!.getFields())) {
    const coordinate = `Mutation.${name}`;
    const call = REPEATABLE[name];
    if (!call) {
      left.push({ coordinate, reason: 'it changes what the next measurement would need' });
      continue;
    }
    let fault: string | undefined;
    let cost = 0;
    const timed = async (query: string): Promise<number> => {
      const before = treeProcessorMs(pid);
      for (let round = 0; round < ROUNDS && !fault; round += 1) {
        const answer = await send(query);
        fault = answer.errors?.[0]?.message;
        cost = answer.extensions.cost.requested;
      }
      return (treeProcessorMs(pid) - before) / ROUNDS;
    };
    const way = await timed('{ __typename }');
    const whole = await timed(`mutation { ${call} }`);
    if (fault) left.push({ coordinate, reason: fault.slice(0, 120) });
    else compared.push(compare(coordinate, 1, Math.max(whole - way, 0), cost, way));
  }
  return { compared, left };
}
