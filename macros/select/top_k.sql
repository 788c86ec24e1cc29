{% import "lib/rows.sql" as rows %}
SELECT "__id", {{ ("not among the " ~ params.prefer ~ " " ~ params.count ~ (" of its group" if params.group is not none else "")) | literal }} AS reason
FROM (
  SELECT "__id", row_number() OVER ({{ "PARTITION BY " ~ refs[params.group] ~ " " if params.group is not none else "" }}ORDER BY {{ rows.best(refs[params.score], params.prefer) }}) AS place
  FROM {{ input }}
)
WHERE place > {{ params.count | literal }}
