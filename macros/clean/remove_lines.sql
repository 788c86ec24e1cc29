{% if not params.patterns %}
{{ "give at least one pattern" | refuse }}
{% endif %}
{% set pattern = "(?i)" if params.ignore_case else "" %}
{% set body = "(?:" ~ params.patterns | join("|") ~ ")" %}
{% set whole = pattern ~ ("^\\s*" ~ body ~ "\\s*$" if params.match == "whole" else body) %}
CASE WHEN regexp_matches({{ value }}, {{ (pattern ~ ("(?m)^\\s*" ~ body ~ "\\s*$" if params.match == "whole" else body)) | literal }})
  THEN coalesce(array_to_string(list_filter(string_split({{ value }}, chr(10)), lambda line: NOT regexp_matches(line, {{ whole | literal }})), chr(10)), '')
  ELSE {{ value }} END
