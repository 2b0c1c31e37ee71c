/** What needs no schema library: for the panel, whose bundle is limited. A test holds it to that. */
export * from './addresses';
export * from './choices';
export * from './problems';
export * from './recipients-for';
export * from './subject-template';
export * from './wall-time';
