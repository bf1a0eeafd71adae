-- Reads ISO 8601 dates and times as filters do, without an offset as UTC; null where a text is none. The pattern lets only days through that
-- the calendar has, because a cast that fails would fail the whole search.
CREATE FUNCTION iso_instant(value text) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN value ~ '^(?!0000)([0-9]{4}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])?)?$'
        THEN CASE
            WHEN length(value) = 10 THEN (value || 'T00:00Z')::timestamptz
            WHEN value ~ '(Z|[+-][0-9]{2}:[0-9]{2})$' AND length(value) > 16 THEN value::timestamptz
            ELSE (value || 'Z')::timestamptz
        END
    END
$$;
