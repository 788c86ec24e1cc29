{% set sure = refs[params.confidence] ~ " >= " ~ params.minimum_confidence | literal ~ " AND " ~ refs[params.other_confidence] ~ " >= " ~ params.minimum_confidence | literal %}
CASE WHEN {{ sure }} AND {{ refs[params.language] }} <> {{ refs[params.other_language] }} THEN 'languages differ' END
