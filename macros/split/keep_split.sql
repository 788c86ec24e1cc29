{% import "lib/splits.sql" as splits %}
{% for name in params.keep if name not in params.shares %}{{ ("no share is called " ~ name) | refuse }}{% endfor %}
SELECT "__id", 'in another part of the split' AS reason
FROM {{ input }}
WHERE {{ splits.part(columns, params.shares, params.seed) }} NOT IN ({{ params["keep"] | map("literal") | join(", ") }})
