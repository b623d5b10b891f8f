import styles from '@shopify/polaris/build/esm/styles.css?url';

/** Address of Polaris' style sheet, for the document's head. */
export default styles;
