{% import "lib/text.sql" as text %}
{#- Letters of scripts without spaces end a word, so a run of them is never one. -#}
regexp_replace({{ value }}, {{ ("[^\\s" ~ text.odd_space ~ text.spaceless ~ "]{" ~ (params.maximum + 1) ~ ",}") | literal }}, {{ params.replacement | replace("\\", "\\\\") | literal }}, 'g')
