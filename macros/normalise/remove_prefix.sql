{% import "lib/text.sql" as text %}
{# Reverse order puts a longer prefix before one that it begins with: "A: B" before "A:". #}
{% set alternatives = params.prefixes | sort(case_sensitive=true, reverse=true) %}
{% if params.regex %}
{% set pattern = alternatives | join("|") | literal %}
{% else %}
{% set escaped %}{% for prefix in alternatives %}{{ "" if loop.first else " || '|' || " }}regexp_escape({{ prefix | literal }}){% endfor %}{% endset %}
{% set pattern = escaped %}
{% endif %}
regexp_replace({{ value }}, {{ ("^" ~ text.any_space ~ "*(?:") | literal }} || {{ pattern }} || {{ ("){1," ~ params.times ~ "}" ~ text.any_space ~ "*") | literal }}, '', {{ ("i" if params.ignore_case else "c") | literal }})
