CREATE TABLE "dataset_former_ids" (
	"eo_id" text NOT NULL,
	"dataset_id" bigint NOT NULL,
	"until" timestamp with time zone DEFAULT now() NOT NULL,
	"run_id" bigint,
	CONSTRAINT "dataset_former_ids_dataset_id_eo_id_pk" PRIMARY KEY("dataset_id","eo_id")
);
--> statement-breakpoint
CREATE INDEX "dataset_former_ids_eo_id" ON "dataset_former_ids" USING btree ("eo_id" text_pattern_ops);--> statement-breakpoint
-- What the changes that are kept still tell.
INSERT INTO "dataset_former_ids" ("dataset_id", "eo_id", "until", "run_id")
	SELECT DISTINCT ON (c.dataset_id, c.fields->'eoId'->>'before') c.dataset_id, c.fields->'eoId'->>'before', r.applied_at, r.id
	FROM "changes" c JOIN "runs" r ON r.id = c.run_id
	WHERE c.fields ? 'eoId' AND c.fields->'eoId'->>'before' IS NOT NULL AND c.dataset_id IS NOT NULL AND c.outcome = 'planned'
		AND c.action IN ('updated', 'moved', 'linked', 'unlinked') AND r.applied_at IS NOT NULL
	ORDER BY 1, 2, r.applied_at DESC
	ON CONFLICT DO NOTHING;
