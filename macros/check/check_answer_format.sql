{% import "lib/text.sql" as text %}
{% set trimmed = text.trimmed(value) %}
{% set checked = {"last": "regexp_extract(" ~ trimmed ~ ", '[^\\n]*$')", "first": "regexp_extract(" ~ trimmed ~ ", '^[^\\n]*')", "whole": trimmed}[params.line] %}
{% set name = {"last": "last line", "first": "first line", "whole": "text"}[params.line] %}
CASE WHEN NOT regexp_matches({{ checked }}, {{ ("^(?:" ~ params.pattern ~ ")\\s*$") | literal }})
  THEN {{ (name ~ " is not in the answer format") | literal }} END
