{% import "lib/rows.sql" as rows %}
{% import "lib/text.sql" as text %}
{% set keys = columns %}
SELECT "__id", {{ ("beyond the first " ~ text.amount(params.maximum, "row") ~ " of its group") | literal }} AS reason
FROM (
  SELECT "__id", row_number() OVER (PARTITION BY {{ keys | join(", ") }} ORDER BY {{ rows.preferred(refs[params.score] if params.score is not none else none, params.prefer, params.seed) }}) AS place
  FROM {{ input }}
  WHERE {{ rows.is_key(keys) }}
)
WHERE place > {{ params.maximum | literal }}
