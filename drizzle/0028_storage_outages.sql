ALTER TABLE "storage_health" ADD COLUMN "down_from" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "storage_health" ADD COLUMN "down_until" timestamp with time zone;--> statement-breakpoint
-- Whoever notes that a storage answers or does not, an earlier version of eosync as well.
CREATE FUNCTION eosync_keep_outage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO storage_health AS h (storage_id, down_from, down_until)
	VALUES (NEW.id, coalesce(NEW.unreachable_since, OLD.unreachable_since), CASE WHEN NEW.unreachable_since IS NULL THEN clock_timestamp() END)
	ON CONFLICT (storage_id) DO UPDATE SET down_from = excluded.down_from, down_until = excluded.down_until;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER storages_keep_outage AFTER UPDATE ON "storages" FOR EACH ROW
	WHEN (OLD.unreachable_since IS DISTINCT FROM NEW.unreachable_since)
	EXECUTE FUNCTION eosync_keep_outage();
--> statement-breakpoint
INSERT INTO storage_health (storage_id, down_from)
SELECT id, unreachable_since FROM storages WHERE unreachable_since IS NOT NULL
ON CONFLICT (storage_id) DO UPDATE SET down_from = excluded.down_from;
