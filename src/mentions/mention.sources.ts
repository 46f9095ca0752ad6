/**
 * SQL on mentions that other domains use. Names of parties that are not on the platform have no mention: nobody here
 * can confirm them, so they stay the text that the naming party wrote.
 */

/** SQL condition: the party (an expression of type uuid) has confirmed that the namer names it there. */
export const confirmedMention = (kind: string, subject: string, namer: string, party: string): string =>
  `mention_confirmed('${kind}', ${subject}, ${namer}, ${party})`;

/** SQL of the entries of `t.co_investors` that may be shown and used; `p` is the profile of the investor. */
export const CONFIRMED_CO_INVESTORS = `CASE
  WHEN t.co_investors = '[]' THEN t.co_investors
  ELSE (
    SELECT COALESCE(jsonb_agg(c.value ORDER BY c.ordinality), '[]')
    FROM jsonb_array_elements(t.co_investors) WITH ORDINALITY c
    WHERE c.value->>'organisationId' IS NULL
      OR mention_confirmed('CO_INVESTOR', t.id, p.organisation_id, (c.value->>'organisationId')::uuid)
  )
END`;

/** SQL condition on a mention `m`: the naming party still names the named one there. */
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
 * SQL condition on a mention `m`: the named party may know what it stands in. A draft or a hidden profile stays unknown
 * to those whom it names, and shows the name to nobody.
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

/** SQL condition on a mention `m`: it waits for the named party's answer and that party may know of it. */
export const ASKED = `m.status = 'PENDING' AND ${STILL_SAID} AND ${PUBLISHED}`;

/** SQL condition on a mention `m`: it is listed for the named party, which may take back what it has answered. */
export const LISTED = `${STILL_SAID} AND (m.status <> 'PENDING' OR ${PUBLISHED})`;
