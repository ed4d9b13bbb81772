ALTER TABLE "changes" DROP CONSTRAINT "changes_one_per_file";--> statement-breakpoint
DROP INDEX "changes_by_path";--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_one_per_file" UNIQUE("run_id","directory","path","storage_id","action");