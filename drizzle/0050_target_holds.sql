CREATE TYPE "public"."target_hold" AS ENUM('removals', 'adoption');--> statement-breakpoint
ALTER TABLE "target_notes" ADD COLUMN "held_push" bigint;--> statement-breakpoint
ALTER TABLE "target_objects" ADD COLUMN "summary_due" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "target_pushes" ADD COLUMN "hold" "target_hold";--> statement-breakpoint
ALTER TABLE "targets" ADD COLUMN "taken_over_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "targets" ADD COLUMN "taken_over_by" text;
--> statement-breakpoint
UPDATE target_pushes SET hold = CASE WHEN coalesce((counts->>'removed')::int, 0) > 0 THEN 'removals' ELSE 'adoption' END::target_hold WHERE state = 'held';
--> statement-breakpoint
UPDATE targets t SET taken_over_at = now() WHERE EXISTS (SELECT FROM target_objects o WHERE o.target_id = t.id AND o.adopted)
	OR EXISTS (SELECT FROM target_pushes p WHERE p.target_id = t.id AND p.state = 'succeeded' AND (p.kind = 'adopt' OR (p.kind = 'push' AND p.approval_reason IS NOT NULL)));
--> statement-breakpoint
-- What waits for a decision goes on waiting for it.
CREATE OR REPLACE FUNCTION eosync_note_whole_target(target bigint) RETURNS void LANGUAGE sql AS $$
	DELETE FROM target_notes WHERE target_id = target AND held_push IS NULL;
	INSERT INTO target_notes (target_id, container_id)
	SELECT target, c.id FROM containers c WHERE c.deleted_at IS NULL AND eosync_target_has(target, c.id)
	UNION SELECT target, container_id FROM target_objects WHERE target_id = target AND container_id IS NOT NULL;
	SELECT eosync_note_target(target, (SELECT array_agg(id) FROM (
		SELECT cd.dataset_id AS id FROM container_datasets cd
		WHERE cd.container_id IN (SELECT c.id FROM containers c WHERE eosync_target_has(target, c.id))
		UNION SELECT dataset_id FROM target_objects WHERE target_id = target AND dataset_id IS NOT NULL) each));
$$;
