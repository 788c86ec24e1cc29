{% import "lib/rows.sql" as rows %}
{% set names = {"md5": "md5", "sha256": "sha256"} %}
{{ names[params.method] }}({{ rows.key(columns) }})
