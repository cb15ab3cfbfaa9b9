// Vite's way to name a file that it serves beside the bundle.
declare module "v86/build/v86.wasm?url" {
  const url: string;
  export default url;
}
