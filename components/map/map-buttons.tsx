import { Maximize, Minus, Plus } from "lucide-react";
import { Button } from "#components/ui/button.tsx";

interface MapButtonsProps {
	readonly onZoom: (factor: number) => void;
	readonly onFit: () => void;
}

export function MapButtons({ onZoom, onFit }: MapButtonsProps) {
	return (
		<div className="absolute top-2 right-2 flex flex-col gap-1">
			<Button icon aria-label="Zoom in" title="Zoom in (+)" onClick={() => onZoom(1.8)}>
				<Plus aria-hidden />
			</Button>
			<Button icon aria-label="Zoom out" title="Zoom out (−)" onClick={() => onZoom(1 / 1.8)}>
				<Minus aria-hidden />
			</Button>
			<Button icon aria-label="Show all footprints" title="Show all footprints (0)" onClick={onFit}>
				<Maximize aria-hidden />
			</Button>
		</div>
	);
}
