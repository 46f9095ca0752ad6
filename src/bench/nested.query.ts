/**
 * The nested list that is measured (a page of achievements with institution, industries, IP rights and inventors): as a
 * GraphQL query, and as the SQL statement that produces the same JSON.
 */

export const NESTED_SIZE = 50;

export const NESTED_QUERY = `query Nested($first: Int!) {
  achievements(first: $first) {
    nodes {
      id registrationNo status trl score stage
      title { value locale }
      summary { value }
      institution { id kind name { value } }
      industries { code level name { value } }
      ipRights { type number status }
      inventors { position orcid name { value } }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

const globalId = (type: string, id: string) =>
  `rtrim(translate(encode(convert_to('${type}:' || ${id}, 'UTF8'), 'base64'), E'+/\\n', '-_'), '=')`;
const text = (column: string) => `COALESCE(${column}->>'zh', ${column}->>'en')`;
const list = (object: string, from: string, order: string) =>
  `COALESCE((SELECT json_agg(${object} ORDER BY ${order}) FROM ${from}), '[]'::json)`;

export const NESTED_SQL = `
  WITH page AS MATERIALIZED (SELECT * FROM achievement WHERE status = 'ADMITTED' ORDER BY id DESC LIMIT $1 + 1),
    shown AS (SELECT * FROM page ORDER BY id DESC LIMIT $1)
  SELECT json_build_object(
    'achievements', json_build_object(
      'nodes', COALESCE(
        json_agg(
          json_build_object(
            'id', ${globalId('Achievement', 'a.id')}, 'registrationNo', a.registration_no, 'status', a.status,
            'trl', a.trl, 'score', a.score, 'stage', a.stage,
            'title', json_build_object(
              'value', ${text('a.title')}, 'locale', CASE WHEN a.title->>'zh' IS NULL THEN 'EN' ELSE 'ZH' END
            ),
            'summary', CASE
              WHEN ${text('a.summary')} IS NULL THEN NULL
              ELSE json_build_object('value', ${text('a.summary')})
            END,
            'institution', json_build_object(
              'id', ${globalId('Organisation', 'o.id')}, 'kind', o.kind,
              'name', json_build_object('value', ${text('o.name')})
            ),
            'industries',
              ${list(
                `json_build_object('code', t.code, 'level', t.level, 'name', json_build_object('value', ${text('t.name')}))`,
                `achievement_industry l
                 JOIN industry t ON t.code = l.industry_code
                 WHERE l.achievement_id = a.id`,
                'l.position',
              )},
            'ipRights',
              ${list(
                `json_build_object('type', r.type, 'number', r.number, 'status', r.status)`,
                'ip_right r WHERE r.achievement_id = a.id',
                'r.position',
              )},
            'inventors',
              ${list(
                `json_build_object(
                   'position', i.position, 'orcid', i.orcid, 'name', json_build_object('value', ${text('i.name')})
                 )`,
                'inventor i WHERE i.achievement_id = a.id',
                'i.position',
              )}
          )
          ORDER BY a.id DESC
        ),
        '[]'::json
      ),
      'pageInfo', json_build_object(
        'hasNextPage', (SELECT count(*) > $1 FROM page),
        'endCursor', (
          SELECT rtrim(translate(encode(convert_to('["' || s.id || '"]', 'UTF8'), 'base64'), E'+/\\n', '-_'), '=')
          FROM shown s
          ORDER BY s.id
          LIMIT 1
        )
      )
    )
  ) AS data
  FROM shown a
  JOIN organisation o ON o.id = a.institution_id`;
