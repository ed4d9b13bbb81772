/** A globe whose meridian is a delta. */
export function Logo() {
	return (
		<svg aria-hidden viewBox="0 0 20 20" className="size-5 fill-none stroke-accent" strokeWidth={1.6}>
			<circle cx="10" cy="10" r="8" />
			<path d="M10 2c-3.6 4.8-3.6 11.2 0 16M2 10h16" strokeLinecap="round" />
			<path d="m10 2 5.6 13.8" strokeLinecap="round" />
		</svg>
	);
}
