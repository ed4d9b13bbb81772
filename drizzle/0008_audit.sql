ALTER TYPE "public"."run_trigger" ADD VALUE 'api';--> statement-breakpoint
CREATE TABLE "api_tokens" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "api_tokens_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" text NOT NULL,
	"name" text NOT NULL,
	"role" "user_role" NOT NULL,
	"hash" text NOT NULL,
	"expires_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone,
	"last_used_from" text,
	CONSTRAINT "api_tokens_hash_unique" UNIQUE("hash"),
	CONSTRAINT "api_tokens_name_not_empty" CHECK ("api_tokens"."name" <> '')
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"via" text NOT NULL,
	"user_id" text,
	"actor" text NOT NULL,
	"token" text,
	"action" text NOT NULL,
	"object_kind" text,
	"object" text,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"address" text,
	"outcome" text NOT NULL,
	"error" text,
	CONSTRAINT "audit_log_via_known" CHECK ("audit_log"."via" in ('dashboard', 'api', 'command-line', 'eosync')),
	CONSTRAINT "audit_log_outcome_known" CHECK ("audit_log"."outcome" in ('done', 'refused', 'failed')),
	CONSTRAINT "audit_log_object_complete" CHECK ("audit_log"."object_kind" is not null or "audit_log"."object" is null)
);
--> statement-breakpoint
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "api_tokens_one_per_name" ON "api_tokens" USING btree ("user_id",lower("name"));--> statement-breakpoint
CREATE INDEX "audit_log_at" ON "audit_log" USING btree ("at");--> statement-breakpoint
CREATE INDEX "audit_log_object" ON "audit_log" USING btree ("object_kind","object","id" DESC NULLS LAST);--> statement-breakpoint
-- The audit log only grows. Rows go when they are as old as eosync_purge_audit was told, and never before a month.
CREATE FUNCTION eosync_audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' THEN
		IF current_setting('eosync.purges_audit', true) = 'on' AND OLD.at < now() - interval '30 days' THEN
			RETURN OLD;
		END IF;
	END IF;
	RAISE EXCEPTION 'The audit log is append-only: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
--> statement-breakpoint
CREATE TRIGGER audit_log_kept BEFORE UPDATE OR DELETE ON "audit_log" FOR EACH ROW EXECUTE FUNCTION eosync_audit_is_kept();
--> statement-breakpoint
CREATE TRIGGER audit_log_not_emptied BEFORE TRUNCATE ON "audit_log" FOR EACH STATEMENT EXECUTE FUNCTION eosync_audit_is_kept();
--> statement-breakpoint
-- Forgets what is older than so many days, and says so in the log. Returns how many rows went.
CREATE FUNCTION eosync_purge_audit(days integer) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	gone bigint;
BEGIN
	IF days IS NULL OR days < 30 THEN
		RAISE EXCEPTION 'The audit log is kept for at least 30 days, not %.', days USING ERRCODE = 'invalid_parameter_value';
	END IF;
	PERFORM set_config('eosync.purges_audit', 'on', true);
	DELETE FROM audit_log WHERE at < now() - make_interval(days => days);
	GET DIAGNOSTICS gone = ROW_COUNT;
	PERFORM set_config('eosync.purges_audit', 'off', true);
	IF gone > 0 THEN
		INSERT INTO audit_log (via, actor, action, outcome, details)
		VALUES ('eosync', 'eosync', 'audit.purge', 'done', jsonb_build_object('result', jsonb_build_object('entries', gone, 'days', days)));
	END IF;
	RETURN gone;
END $$;
