"""What was promised and concluded stays: published versions, verdicts, and the terms of an enrolment, whoever asks.

An enrolment may still be given its end. TRUNCATE is left alone, so that a test database can be emptied.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION policies_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% never change', TG_ARGV[0]
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END
$$;

CREATE TRIGGER published_versions_never_change BEFORE UPDATE OR DELETE ON policies_version
    FOR EACH ROW WHEN (OLD.status = 'published') EXECUTE FUNCTION policies_never_changes('Published versions');

CREATE TRIGGER verdicts_never_change BEFORE UPDATE OR DELETE ON policies_verdict
    FOR EACH STATEMENT EXECUTE FUNCTION policies_never_changes('Verdicts');

CREATE TRIGGER enrolment_terms_never_change BEFORE UPDATE ON policies_enrolment
    FOR EACH ROW WHEN (
        (OLD.merchant_id, OLD.policy_id, OLD.terms, OLD.starts_at)
        IS DISTINCT FROM (NEW.merchant_id, NEW.policy_id, NEW.terms, NEW.starts_at)
    ) EXECUTE FUNCTION policies_never_changes('Terms of an enrolment');

CREATE TRIGGER enrolments_are_never_deleted BEFORE DELETE ON policies_enrolment
    FOR EACH STATEMENT EXECUTE FUNCTION policies_never_changes('Enrolments');
"""

DROP = """
DROP TRIGGER enrolments_are_never_deleted ON policies_enrolment;
DROP TRIGGER enrolment_terms_never_change ON policies_enrolment;
DROP TRIGGER verdicts_never_change ON policies_verdict;
DROP TRIGGER published_versions_never_change ON policies_version;
DROP FUNCTION policies_never_changes();
"""


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
