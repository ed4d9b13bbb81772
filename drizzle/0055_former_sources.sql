CREATE TABLE "former_sources" (
	"container_id" bigint NOT NULL,
	"shape" text NOT NULL,
	"until" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "former_sources_container_id_shape_pk" PRIMARY KEY("container_id","shape")
);
--> statement-breakpoint
ALTER TABLE "former_sources" ADD CONSTRAINT "former_sources_container_id_containers_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."containers"("id") ON DELETE cascade ON UPDATE no action;