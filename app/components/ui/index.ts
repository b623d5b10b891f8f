/**
 * Everything a page is built of. This folder alone imports Polaris and App Bridge's components, so that a page can be moved to
 * Shopify's web components by moving what stands here.
 */
export {
  Badge,
  Banner,
  BlockStack,
  Box,
  Button,
  Card,
  Checkbox,
  ChoiceList,
  Collapsible,
  Divider,
  EmptyState,
  FormLayout,
  InlineGrid,
  Link,
  List,
  Pagination,
  ProgressBar,
  Select,
  Text,
  TextField,
} from '@shopify/polaris';
export { AppFrame } from './app-frame.tsx';
export { Confirm } from './confirm.tsx';
export { Facts } from './facts.tsx';
export { FormSaveBar } from './form-save-bar.tsx';
export { InlineStack } from './inline-stack.tsx';
export { OverflowMenu, type MenuItem } from './overflow-menu.tsx';
export { Page, type PageAction } from './page.tsx';
export { RecordTable, type Column } from './record-table.tsx';
export { Star } from './star.tsx';
export { Switch } from './switch.tsx';
export { Tabs } from './tabs.tsx';
export { TagsField } from './tags-field.tsx';
export { useScopeRequest } from './use-scope-request.ts';
export { useToast } from './use-toast.ts';
