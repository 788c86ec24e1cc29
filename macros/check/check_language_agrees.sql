{% set sure = refs[params.confidence_column] ~ " >= " ~ params.minimum_confidence | literal ~ " AND " ~ refs[params.other_confidence_column] ~ " >= " ~ params.minimum_confidence | literal %}
CASE WHEN {{ sure }} AND {{ refs[params.language_column] }} <> {{ refs[params.other_language_column] }} THEN 'languages differ' END
