{#- A list of tags is compared by its items, anything else is a list of one. -#}
{% set tags = "CAST(" ~ value ~ " AS VARCHAR[])" if kinds[params.column] == "list" else "[CAST(" ~ value ~ " AS VARCHAR)]" %}
{% set wanted = params["values"] | list | literal ~ "::VARCHAR[]" %}
{% set fits = {
  "any": "list_has_any(" ~ tags ~ ", " ~ wanted ~ ")",
  "all": "list_has_all(" ~ tags ~ ", " ~ wanted ~ ")",
  "none": "NOT list_has_any(" ~ tags ~ ", " ~ wanted ~ ")",
} %}
CASE
  WHEN {{ value }} IS NULL THEN {{ (params.column ~ " is missing") | literal if params.nulls == "drop" else "NULL" }}
  WHEN NOT ({{ fits[params.match] }}) THEN {{ (params.column ~ " " ~ {"any": "has none", "all": "lacks one", "none": "has one"}[params.match] ~ " of the values") | literal }}
END
