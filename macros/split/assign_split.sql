{% import "lib/splits.sql" as splits %}
{{ splits.part(columns, params.shares, params.seed) }}
