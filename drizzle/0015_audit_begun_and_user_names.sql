ALTER TABLE "audit_log" ADD COLUMN "concludes" bigint;--> statement-breakpoint
CREATE INDEX "audit_log_concludes" ON "audit_log" USING btree ("concludes") WHERE concludes is not null;--> statement-breakpoint
ALTER TABLE "audit_log" DROP CONSTRAINT "audit_log_outcome_known";--> statement-breakpoint
-- What is there satisfies the stricter one that it replaces: it need not be looked at.
ALTER TABLE "audit_log" ADD CONSTRAINT "audit_log_outcome_known" CHECK ("audit_log"."outcome" in ('begun', 'done', 'refused', 'failed')) NOT VALID;--> statement-breakpoint
DROP INDEX "users_name_unique";--> statement-breakpoint
-- Names are compared in NFC: by a name in another form no user could sign in. Of several that are the same then, all but one
-- get a part of their ID.
UPDATE "users" u SET "name" = normalize(u."name", NFC) || CASE WHEN r.place = 1 THEN '' ELSE '-' || left(u."id", 6) END
FROM (
	SELECT "id", row_number() OVER (PARTITION BY lower(normalize("name", NFC)) ORDER BY "name" IS NFC NORMALIZED DESC, "created_at", "id") AS place
	FROM "users"
) r
WHERE r."id" = u."id" AND (r.place > 1 OR u."name" IS NOT NFC NORMALIZED);--> statement-breakpoint
CREATE UNIQUE INDEX "users_name_unique" ON "users" USING btree (lower(normalize("name", NFC)));
