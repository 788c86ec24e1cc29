SELECT "__id", row_number() OVER ({{ "PARTITION BY " ~ group ~ " " if group is not none else "" }}ORDER BY "__id") - 1 + {{ params.start | literal }} AS {{ params.name | identifier }}
FROM {{ input }}
