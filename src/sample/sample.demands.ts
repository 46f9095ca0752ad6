import type { App } from '../kernel/context.js';
import { createDemand } from '../demands/demand.service.js';
import { toGlobalId } from '../lib/ids.js';
import { contextFor } from './sample.actors.js';
import type { Progress } from './sample.cohorts.js';
import { readDemands, type SampleDemand } from './sample.matching-data.js';
import { sampleLogins, sampleOrganisationIds } from './sample.people.js';
import { dayNumber, dayOfChina, isoDay } from '../lib/day.js';

const OPERATOR = sampleLogins.accounts[0].email;

/** Posts the sample demands that do not exist yet; their deadlines are counted from now. */
export async function loadSampleDemands(app: App, progress: Progress): Promise<void> {
  const demands = await readDemands();
  const ids = await sampleOrganisationIds(app.dataSource.manager);
  const there = new Set(
    ((await app.dataSource.query(`SELECT title->>'zh' AS zh FROM demand`)) as Array<{ zh: string }>).map(
      (row) => row.zh,
    ),
  );
  for (const demand of demands.filter(({ title }) => !there.has(title.zh)))
    await postDemand(app, ids.get(demand.organisation.key)!, demand);
  progress(`sample pool: ${demands.length} demands`);
}

async function postDemand(app: App, organisationId: string, demand: SampleDemand): Promise<void> {
  const {
    title,
    description,
    industries,
    targets,
    budgetMin,
    budgetMax,
    budgetCurrency,
    deadlineInDays,
    region,
    requiredTrl,
  } = demand;
  await createDemand(await contextFor(app, OPERATOR, { id: organisationId, kind: 'ENTERPRISE' }), {
    organisationId: toGlobalId('Organisation', organisationId),
    content: {
      title,
      description,
      industries,
      targets,
      requiredTrl,
      regionCode: region,
      budget: { min: String(budgetMin), max: String(budgetMax), currency: budgetCurrency },
      deadline: isoDay(dayNumber(dayOfChina(app.clock())) + deadlineInDays),
    },
  });
}
