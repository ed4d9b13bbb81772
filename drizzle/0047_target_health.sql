ALTER TABLE "notices" DROP CONSTRAINT "notices_about_one";--> statement-breakpoint
ALTER TABLE "notices" ADD COLUMN "target_id" bigint;--> statement-breakpoint
ALTER TABLE "targets" ADD COLUMN "held_note" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "targets" ADD COLUMN "verified_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "targets" ADD COLUMN "told" text;--> statement-breakpoint
ALTER TABLE "targets" ADD COLUMN "told_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_target_id_targets_id_fk" FOREIGN KEY ("target_id") REFERENCES "public"."targets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "notices_target" ON "notices" USING btree ("target_id") WHERE target_id is not null;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_about_one" CHECK (num_nonnulls("notices"."container_id", "notices"."storage_id", "notices"."target_id") = 1);