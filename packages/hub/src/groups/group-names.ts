/** The group of a first project that nobody has named a group for. */
export const FIRST_GROUP = 'Projects';
/** The group of the demo projects. */
export const DEMO_GROUP = 'Demo';
