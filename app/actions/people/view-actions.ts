import type { ViewActions } from "#components/views/view-actions.ts";
import { deleteViewAction, saveViewAction, shareViewAction, unshareViewAction } from "./views.ts";

/** As the components take them. */
export const viewActions: ViewActions = {
	save: saveViewAction,
	share: shareViewAction,
	remove: deleteViewAction,
	unshare: unshareViewAction,
};
