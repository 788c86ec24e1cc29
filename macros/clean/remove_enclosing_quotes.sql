{#- One pair around the whole text, with none of its own marks inside: "a" and "b" is no quotation. -#}
{% set pairs = ['"[^"]*"', "“[^“”]*”", "„[^„“”]*[“”]", "«[^«»]*»", "»[^«»]*«", "‹[^‹›]*›", "‘[^‘]*’", "「[^「」]*」", "『[^『』]*』", "'[^']*'", "`[^`]*`"] %}
CASE WHEN regexp_matches({{ value }}, {{ ("^\\s*(?:" ~ pairs | join("|") ~ ")\\s*$") | literal }})
  THEN regexp_replace({{ value }}, '^\s*\S((?s:.*))\S\s*$', '\1')
  ELSE {{ value }} END
