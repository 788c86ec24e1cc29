{% import "lib/rows.sql" as rows %}
SELECT "__id", {{ ("not among the " ~ params.order ~ " " ~ params.k ~ (" of its group" if params.group is not none else "")) | literal }} AS reason
FROM (
  SELECT "__id", row_number() OVER ({{ "PARTITION BY " ~ refs[params.group] ~ " " if params.group is not none else "" }}ORDER BY {{ rows.best(refs[params.score], params.order) }}) AS place
  FROM {{ input }}
)
WHERE place > {{ params.k | literal }}
