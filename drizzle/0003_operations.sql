CREATE TABLE "metric_totals" (
	"metric" text NOT NULL,
	"label" text DEFAULT '' NOT NULL,
	"bucket" text DEFAULT '' NOT NULL,
	"value" double precision NOT NULL,
	CONSTRAINT "metric_totals_metric_label_bucket_pk" PRIMARY KEY("metric","label","bucket")
);
--> statement-breakpoint
CREATE TABLE "workers" (
	"id" text PRIMARY KEY NOT NULL,
	"host" text NOT NULL,
	"pid" integer NOT NULL,
	"version" text NOT NULL,
	"migration" bigint NOT NULL,
	"concurrency" integer NOT NULL,
	"running" integer DEFAULT 0 NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "runs_open" ON "runs" USING btree ("state") WHERE finished_at is null;--> statement-breakpoint
-- Counts what a run has just done, whoever did it: a phase that ended, its end, its changes. One statement, rows in order.
CREATE FUNCTION eosync_count_run() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	known integer := coalesce(jsonb_array_length(OLD.progress->'steps'), 0);
BEGIN
	INSERT INTO metric_totals AS t (metric, label, bucket, value)
	WITH step AS (
		SELECT s.step->>'phase' AS phase, (s.step->>'seconds')::float8 AS seconds
		FROM jsonb_array_elements(NEW.progress->'steps') WITH ORDINALITY AS s(step, n) WHERE s.n > known
	), counted(metric, label, bucket, value) AS (
		SELECT 'phase', phase, (SELECT coalesce(min(b)::text, '+Inf') FROM unnest('{0.1,1,5,15,60,300,900,3600,14400,43200}'::float8[]) b WHERE seconds <= b), 1
		FROM step
		UNION ALL SELECT 'phase', phase, 'sum', seconds FROM step
		UNION ALL SELECT 'entries', '', '', (NEW.progress->>'files')::float8 FROM step WHERE phase = 'scanning'
		UNION ALL SELECT 'runs', NEW.kind || '/' || CASE WHEN NEW.superseded_by IS NULL THEN NEW.state::text ELSE 'superseded' END, '', 1
		WHERE NEW.finished_at IS NOT NULL AND OLD.finished_at IS NULL
		UNION ALL SELECT 'changes', c.action, '', c.count
		FROM (VALUES ('added', NEW.added), ('removed', NEW.removed), ('updated', NEW.updated), ('moved', NEW.moved),
			('linked', NEW.linked), ('unlinked', NEW.unlinked), ('rejected', NEW.rejected)) AS c(action, count)
		WHERE NEW.applied_at IS NOT NULL AND OLD.applied_at IS NULL
	)
	SELECT metric, label, bucket, sum(value) FROM counted WHERE value > 0 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
	ON CONFLICT (metric, label, bucket) DO UPDATE SET value = t.value + EXCLUDED.value;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER runs_count AFTER UPDATE ON "runs" FOR EACH ROW
	WHEN ((NEW.finished_at IS NOT NULL AND OLD.finished_at IS NULL) OR (NEW.applied_at IS NOT NULL AND OLD.applied_at IS NULL)
		OR jsonb_array_length(NEW.progress->'steps') > coalesce(jsonb_array_length(OLD.progress->'steps'), 0))
	EXECUTE FUNCTION eosync_count_run();
