/**
 * SQL on mentions that other domains use. A named party that is not on the platform has no mention, because nobody here
 * can confirm it: its name stays the text that the naming party wrote.
 */

/**
 * SQL condition: the named party has confirmed the mention of the given kind in the given subject (such as an
 * achievement). `subject`, `namer` and `party` are SQL expressions of type uuid.
 */
export const confirmedMention = (kind: string, subject: string, namer: string, party: string): string =>
  `mention_confirmed('${kind}', ${subject}, ${namer}, ${party})`;

/**
 * SQL of the co-investors of a track record `t` that may be shown and used: names outside the platform, and
 * organisations that have confirmed the mention; `p` is the profile of the investor.
 */
export const CONFIRMED_CO_INVESTORS = `CASE
  WHEN t.co_investors = '[]' THEN t.co_investors
  ELSE (
    SELECT COALESCE(jsonb_agg(c.value ORDER BY c.ordinality), '[]')
    FROM jsonb_array_elements(t.co_investors) WITH ORDINALITY c
    WHERE c.value->>'organisationId' IS NULL
      OR mention_confirmed('CO_INVESTOR', t.id, p.organisation_id, (c.value->>'organisationId')::uuid)
  )
END`;

/** SQL condition on a mention `m`: the naming party's record still names the party. */
const STILL_SAID = `CASE m.kind
  WHEN 'BACKER' THEN EXISTS (
    SELECT 1 FROM achievement_backer b WHERE b.achievement_id = m.subject_id AND b.organisation_id = m.organisation_id
  )
  WHEN 'CO_INVESTOR' THEN EXISTS (
    SELECT 1
    FROM track_record t
    WHERE t.id = m.subject_id
      AND t.co_investors @> jsonb_build_array(jsonb_build_object('organisationId', m.organisation_id))
  )
  WHEN 'INVENTOR' THEN EXISTS (
    SELECT 1
    FROM inventor i
    JOIN talent_profile t ON t.orcid = i.orcid
    WHERE i.achievement_id = m.subject_id AND t.id = m.talent_id
  )
  WHEN 'EMPLOYER' THEN EXISTS (
    SELECT 1 FROM talent_profile t WHERE t.id = m.subject_id AND t.organisation_id = m.organisation_id
  )
  ELSE EXISTS (
    SELECT 1 FROM talent_evidence e WHERE e.talent_id = m.namer_id AND e.achievement_id = m.subject_id
  )
END`;

/**
 * SQL condition on a mention `m`: the named party may know the record that names it. A draft or a hidden profile stays
 * unknown to those whom it names, and shows their names to nobody.
 */
const PUBLISHED = `CASE
  WHEN m.kind IN ('BACKER', 'INVENTOR') THEN EXISTS (
    SELECT 1 FROM achievement a WHERE a.id = m.subject_id AND a.status = 'ADMITTED'
  )
  WHEN m.kind = 'CO_INVESTOR' THEN EXISTS (
    SELECT 1 FROM organisation o WHERE o.id = m.namer_id AND o.verification = 'VERIFIED'
  )
  ELSE EXISTS (
    SELECT 1
    FROM talent_profile t
    WHERE t.id = m.namer_id AND t.visibility <> 'HIDDEN' AND t.status <> 'SUSPENDED' AND t.verification <> 'REJECTED'
  )
END`;

/** SQL condition on a mention `m`: it has no answer yet, and the named party may know of it. */
export const ASKED = `m.status = 'PENDING' AND ${STILL_SAID} AND ${PUBLISHED}`;

/**
 * SQL condition on a mention `m`: the named party sees it in its list. An answered mention stays listed as long as the
 * name stands, so that the answer can be changed.
 */
export const LISTED = `${STILL_SAID} AND (m.status <> 'PENDING' OR ${PUBLISHED})`;
