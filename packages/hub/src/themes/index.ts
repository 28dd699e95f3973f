export { Themes } from './themes.ts';
