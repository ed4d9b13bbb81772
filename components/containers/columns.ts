/** One line on a wide screen; a card of up to three lines on a narrow one. Header and rows share it. */
export const columnClasses =
	"grid-cols-[1rem_minmax(0,1fr)_auto] lg:grid-cols-[1rem_minmax(14rem,2.2fr)_8.5rem_5.5rem_minmax(6.5rem,0.8fr)_minmax(7rem,1fr)_6rem] xl:grid-cols-[1rem_minmax(14rem,2.2fr)_8.5rem_5.5rem_minmax(7rem,0.9fr)_minmax(8rem,1.1fr)_11.5rem_6rem]";
