import { flatRoutes } from '@remix-run/fs-routes';

/** Every file of `routes/` is one URL; what several of them share stands in `routes/_shared/`. */
export default flatRoutes({ ignoredRouteFiles: ['_shared/**', '**/_shared/**', '**/*.test.*'] });
