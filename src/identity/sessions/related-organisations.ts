/**
 * SQL expression over the alias `a` of an account: ids of the organisations in which an operator has a conflict of
 * interest, which are the operator's own and all that the table organisation_family connects with them, directly or
 * through others. NULL for accounts that are no operators, since nobody asks for theirs.
 */
export const RELATED_ORGANISATIONS = `CASE WHEN a.is_operator THEN ARRAY(
    WITH RECURSIVE related (id) AS (
      SELECT organisation_id FROM membership WHERE account_id = a.id
      UNION
      SELECT CASE WHEN f.parent_id = r.id THEN f.child_id ELSE f.parent_id END
      FROM related r
      JOIN organisation_family f ON r.id IN (f.parent_id, f.child_id)
    )
    SELECT id FROM related)
  END AS related`;
