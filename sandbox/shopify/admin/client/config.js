/** @type {{ appUrl: string, appOrigin: string, apiKey: string, shopName: string }} */
export const config = JSON.parse(document.getElementById('admin-config')?.textContent ?? '{}');

/** The app's name in the admin, as its listing has it, and its part of the address. */
export const APP_NAME = 'Crossdock';
export const APP_HANDLE = 'crossdock';
