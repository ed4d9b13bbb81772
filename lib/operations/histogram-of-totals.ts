import { Histogram, type MetricValueWithName } from "prom-client";
import type { MetricTotal } from "#lib/catalog/metric-totals.ts";

export interface HistogramOptions {
	readonly name: string;
	readonly help: string;
	readonly labelNames: readonly string[];
	/** Upper bounds of the buckets, seconds. */
	readonly bounds: readonly number[];
	/** Each label's buckets and sum. */
	readonly totals: readonly MetricTotal[];
	/** Labels that are shown although nothing has been counted for them. */
	readonly known: readonly string[];
}

/** A histogram that was counted elsewhere; prom-client's own only knows what it has observed itself. */
export class HistogramOfTotals extends Histogram {
	readonly #options: HistogramOptions;

	constructor(options: HistogramOptions) {
		const { name, help, bounds, labelNames } = options;
		super({ name, help, buckets: [...bounds], labelNames: [...labelNames], registers: [] });
		this.#options = options;
	}

	/** What the registry asks for. */
	async getForPromString() {
		const { totals, known, name, help } = this.#options;
		const labels = new Set([...known, ...totals.map(({ label }) => label)]);
		const values = [...labels].flatMap((label) => this.#valuesOf(label));
		return { name, help, type: "histogram", values, aggregator: "sum" };
	}

	/** Buckets as Prometheus has them: each with all that is below it. */
	#valuesOf(label: string): readonly MetricValueWithName<string>[] {
		const { name, labelNames, bounds, totals } = this.#options;
		const parts = label.split("/");
		const labels = Object.fromEntries(labelNames.map((labelName, index) => [labelName, parts[index] ?? ""]));
		const valueByBucket = new Map(
			totals.filter((total) => total.label === label).map(({ bucket, value }) => [bucket, value]),
		);
		let count = 0;
		const buckets = [...bounds.map(String), "+Inf"].map((le) => {
			count += valueByBucket.get(le) ?? 0;
			return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count };
		});
		return [
			...buckets,
			{ metricName: `${name}_sum`, labels, value: valueByBucket.get("sum") ?? 0 },
			{ metricName: `${name}_count`, labels, value: count },
		];
	}
}
