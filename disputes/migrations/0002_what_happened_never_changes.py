"""What happened in a case and what was decided stays as it was written, whoever asks.

TRUNCATE is left alone, so that a test database can be emptied.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION disputes_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% never change', TG_ARGV[0]
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END
$$;

CREATE TRIGGER events_never_change BEFORE UPDATE OR DELETE ON disputes_event
    FOR EACH STATEMENT EXECUTE FUNCTION disputes_never_changes('Events of a case');

CREATE TRIGGER decisions_never_change BEFORE UPDATE OR DELETE ON disputes_decision
    FOR EACH STATEMENT EXECUTE FUNCTION disputes_never_changes('Decisions');

CREATE TRIGGER messages_never_change BEFORE UPDATE OR DELETE ON disputes_message
    FOR EACH STATEMENT EXECUTE FUNCTION disputes_never_changes('Messages');

CREATE TRIGGER claims_are_never_deleted BEFORE DELETE ON disputes_claim
    FOR EACH STATEMENT EXECUTE FUNCTION disputes_never_changes('Claims that were filed');

CREATE TRIGGER sealed_evidence_never_changes BEFORE UPDATE OR DELETE ON disputes_evidence
    FOR EACH ROW WHEN (OLD.sealed_at IS NOT NULL) EXECUTE FUNCTION disputes_never_changes('Sealed documents');
"""

DROP = """
DROP TRIGGER sealed_evidence_never_changes ON disputes_evidence;
DROP TRIGGER claims_are_never_deleted ON disputes_claim;
DROP TRIGGER messages_never_change ON disputes_message;
DROP TRIGGER decisions_never_change ON disputes_decision;
DROP TRIGGER events_never_change ON disputes_event;
DROP FUNCTION disputes_never_changes();
"""


class Migration(migrations.Migration):
    dependencies = [("disputes", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
