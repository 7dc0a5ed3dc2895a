"""The rule of two holds about the loss, whichever later refusal an appeal is about."""

from django.db import migrations

CREATE = """
CREATE FUNCTION compensation_took_label_away(admission bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT last.removed_by_id
    FROM compensation_admission asked
    JOIN compensation_admission last
        ON last.merchant_id = asked.merchant_id AND last.label = asked.label AND last.id <= asked.id
    WHERE asked.id = admission AND last.status <> 'refused'
    ORDER BY last.id DESC
    LIMIT 1
$$;

UPDATE compensation_labelappeal
SET against_id = compensation_took_label_away(admission_id)
WHERE outcome = '';

CREATE FUNCTION compensation_another_decides() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.decided_by_id = compensation_took_label_away(NEW.admission_id) THEN
        RAISE EXCEPTION 'Whoever took a label away never decides about it'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER who_took_a_label_away_never_decides BEFORE INSERT OR UPDATE ON compensation_labelappeal
    FOR EACH ROW WHEN (NEW.decided_by_id IS NOT NULL) EXECUTE FUNCTION compensation_another_decides();
"""

DROP = """
DROP TRIGGER who_took_a_label_away_never_decides ON compensation_labelappeal;
DROP FUNCTION compensation_another_decides();
DROP FUNCTION compensation_took_label_away(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("compensation", "0010_grants_wait_until_a_moment"),
    ]

    operations = [migrations.RunSQL(CREATE, DROP)]
