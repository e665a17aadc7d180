"""Pages: which memories belong together, and what they are to each other."""
